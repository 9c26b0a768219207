/**
 * What the user is told about wrong input: code, severity, span, message, notes and hint.
 *
 * <p>In come source texts and findings of readers and verifiers. Out go positioned diagnostics,
 * collected in order and printed with the source line and a caret. Nothing is thrown for wrong
 * input and nothing is written to a stream here. A new kind of finding is a new code at the place
 * that finds it.
 */
package autopar.diagnostics;
