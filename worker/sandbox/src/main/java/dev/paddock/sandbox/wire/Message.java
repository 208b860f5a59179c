package dev.paddock.sandbox.wire;

/** What travels over the pipes: a {@link Task} to the sandbox, the others back. */
public sealed interface Message permits Task, Ready, Stopping, Answer {}
