package autopar.ir.op;

/**
 * An operation with its attributes; operands and results belong to the node that applies it.
 *
 * <p>What an op means is decided once per question, each by an exhaustive switch: {@link
 * ShapeRules} (types), {@link FactorRules} (loops), {@link OpWork} (arithmetic and traffic), {@link
 * StatisticsBytes}, {@link StatisticsRounds} and {@link HaloElements} (what an op exchanges inside
 * itself), {@link OpText} (spelling).
 */
public sealed interface Op permits ForwardOp, GradientOp {}
