package dev.paddock.sandbox.wire;

/** The sandbox is warm and waits for its first task. */
public record Ready() implements Message {}
