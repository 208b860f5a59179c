package dev.paddock.sandbox.guest;

import dev.paddock.sandbox.quota.Run;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyArray;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;
import org.jspecify.annotations.Nullable;

/**
 * What {@code realm.js} may call. It never hands this on, so the guest cannot reach it. A function
 * that runs out of memory has broken the heap quota.
 */
record HostFunctions(Supplier<Run> run, Map<String, ProxyExecutable> functions)
    implements ProxyObject {

  @Override
  public @Nullable Object getMember(String key) {
    ProxyExecutable function = functions.get(key);
    return function == null ? null : (ProxyExecutable) arguments -> call(function, arguments);
  }

  @Override
  public Object getMemberKeys() {
    return ProxyArray.fromList(List.copyOf(functions.keySet()));
  }

  @Override
  public boolean hasMember(String key) {
    return functions.containsKey(key);
  }

  @Override
  public void putMember(String key, Value value) {
    throw new UnsupportedOperationException("Read only");
  }

  private Object call(ProxyExecutable function, Value... arguments) {
    try {
      return function.execute(arguments);
    } catch (OutOfMemoryError e) {
      run.get().breachHeap();
      throw e;
    }
  }
}
