package autopar.tests.run;

import java.util.List;
import java.util.Optional;

/**
 * What one kill did.
 *
 * @param moment of the kill, in words
 * @param problem why the run did not end as it should, empty where it did; a job that was killed as
 *     a whole can say nothing, so that it has none
 * @param seconds from the kill to the end of the command
 * @param orphans processes that were left
 * @param inCheckpoint whether a checkpoint was begun and not complete when all was over
 * @param resumedFrom steps of the checkpoint that the next run went on from
 * @param exact whether the losses of that run are those of a run that nobody killed, bit by bit
 */
record Kill(
    String moment,
    Optional<String> problem,
    double seconds,
    List<Long> orphans,
    boolean inCheckpoint,
    int resumedFrom,
    boolean exact) {}
