package dev.paddock.worker.cli;

import picocli.CommandLine;

/** A command cannot go on; its message tells the user what is wrong and what to do. */
public final class CommandFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /** A failure of what the command needs: exit code 1. */
  public CommandFailure(String message) {
    this(CommandLine.ExitCode.SOFTWARE, message);
  }

  private CommandFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** A mistake in what the user asked for: exit code 2. */
  public static CommandFailure usage(String message) {
    return new CommandFailure(CommandLine.ExitCode.USAGE, message);
  }

  int exitCode() {
    return exitCode;
  }
}
