package dev.paddock.worker.config;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an operator's tools ask for.
 *
 * @param address where to answer them, or null for nowhere
 * @param stalledAfter how long nothing may move while something waits
 */
public record ManagementConfig(@Nullable InetSocketAddress address, Duration stalledAfter) {}
