package dev.paddock.worker.cli;

/**
 * A command of another module, which the command line offers beside its own. It needs picocli's
 * {@code @Command}, a public constructor, and an entry for {@link java.util.ServiceLoader}.
 */
public interface CommandExtension {}
