/**
 * Checkpoints: the state of a training run in a folder that is complete or not there.
 *
 * <p>In come boxes of named tensors, as each rank holds them. Out come boxes of the same tensors,
 * cut in any other way, so that a run goes on under another plan. No rank, plan or transport is
 * known here, and nothing is believed whose checksum does not fit. Another number format is a
 * constant of {@code StoredDtype}; another key of the manifest is a component of {@code Manifest}.
 */
package autopar.runtime.checkpoint;
