/**
 * The story of planning, told in one method.
 *
 * <p>In come a graph, a cluster and the options. Out comes the best plan found with its bound, or
 * the reasons why nothing fits. No step is taken here that has no room of its own. A new step is a
 * new line of the story.
 */
package autopar.planner;
