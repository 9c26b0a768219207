/**
 * The command line: the composition root, and the only room that reads the environment or prints.
 *
 * <p>In come arguments and files. Out go files, text or JSON, and an exit code that says whose
 * fault a failure was. No decision about a plan is made here. A new verb is a new class, named in
 * the list of Autopar.
 */
package autopar.cli;
