package dev.paddock.sandbox.guest;

import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyArray;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;
import org.jspecify.annotations.Nullable;

/** What {@code realm.js} may call. It never hands this on, so the guest cannot reach it. */
record HostFunctions(
    ProxyExecutable log, ProxyExecutable tooManyTimers, ProxyExecutable elapsedMicros)
    implements ProxyObject {

  @Override
  public @Nullable Object getMember(String key) {
    return switch (key) {
      case "log" -> log;
      case "tooManyTimers" -> tooManyTimers;
      case "elapsedMicros" -> elapsedMicros;
      default -> null;
    };
  }

  @Override
  public Object getMemberKeys() {
    return ProxyArray.fromArray("log", "tooManyTimers", "elapsedMicros");
  }

  @Override
  public boolean hasMember(String key) {
    return getMember(key) != null;
  }

  @Override
  public void putMember(String key, Value value) {
    throw new UnsupportedOperationException("Read only");
  }
}
