package dev.paddock.worker.intake;

import java.time.Duration;

/**
 * What a share group grants its members, as of the start of a worker.
 *
 * @param deliveries how often it delivers a record, 2 or more
 * @param lock how long it keeps a record for a member of which nothing is heard any more
 */
public record ShareTerms(int deliveries, Duration lock) {}
