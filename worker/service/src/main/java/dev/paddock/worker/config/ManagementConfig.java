package dev.paddock.worker.config;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What an operator's tools ask for.
 *
 * @param address where to answer them, or null for nowhere
 */
public record ManagementConfig(@Nullable InetSocketAddress address) {}
