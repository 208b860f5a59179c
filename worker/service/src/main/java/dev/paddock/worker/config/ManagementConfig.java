package dev.paddock.worker.config;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an operator's tools ask for.
 *
 * @param address where to answer them, or null for nowhere
 * @param token asked of them, or null
 * @param keystore with the certificate to answer with; without a location, TLS is not used
 * @param workbench whether scripts may be tried; never without a token
 * @param metricsNames how many tenants, and how many scripts, are counted under their own names
 * @param stalledAfter how long nothing may move while something waits
 */
public record ManagementConfig(
    @Nullable InetSocketAddress address,
    @Nullable Secret token,
    RegistryConfig.Store keystore,
    boolean workbench,
    int metricsNames,
    Duration stalledAfter) {}
