package dev.paddock.worker.config;

import java.time.Duration;

/**
 * The sandbox processes.
 *
 * @param size how many
 * @param startTimeout how long one may take to become ready
 */
public record PoolConfig(int size, Duration startTimeout) {}
