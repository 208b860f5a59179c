package dev.paddock.sandbox.guest;

import dev.paddock.sandbox.quota.Run;
import dev.paddock.sandbox.wire.LogLine;
import dev.paddock.sandbox.wire.Quota;
import dev.paddock.sandbox.wire.Task;
import java.util.Map;
import java.util.Objects;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyObject;
import org.jspecify.annotations.Nullable;

/**
 * The sandbox's foothold in a context: what {@code realm.js} returns. Only texts, numbers and truth
 * values cross here, apart from guest values that go back in unread.
 */
final class Realm {

  private static final Source BOOTSTRAP = World.read("realm.js");

  private final Value realm;
  private @Nullable Execution execution;

  /** The one that is under way, or was last. */
  private record Execution(Task task, Run run, LogBuffer logs) {}

  /**
   * Makes the guest's world in a context; {@link #begin} is to come before all else.
   *
   * @param world what is made of it when first touched
   */
  Realm(Context context, World world) {
    ProxyObject host =
        new HostFunctions(
            () -> execution().run(),
            Map.of(
                "log",
                this::log,
                "tooManyPending",
                this::tooManyPending,
                "elapsedMicros",
                _ -> execution().run().elapsedMicros(),
                "random",
                Entropy::word,
                "load",
                arguments -> context.eval(world.part(arguments[0].asString(), execution().run())),
                "decode",
                HostBytes::decode,
                "encodedLength",
                HostBytes::encodedLength,
                "encode",
                HostBytes::encode,
                "digest",
                HostBytes::digest));
    realm = context.eval(BOOTSTRAP).execute(host);
  }

  private Execution execution() {
    return Objects.requireNonNull(execution, "not begun");
  }

  /** Begins an execution: its clock, its randomness, and nothing pending. */
  void begin(Task task, Run run, LogBuffer logs) {
    execution = new Execution(task, run, logs);
    boolean ofSystem = task.clock() == Task.Clock.SYSTEM;
    // Rounded so that the script's clock is never ahead.
    long now = System.currentTimeMillis() - (run.elapsedMicros() + 999) / 1000;
    boolean seeded = task.randomness() == Task.Randomness.SEEDED;
    long seed = seeded ? task.seed() : Entropy.next();
    realm.invokeMember(
        "begin",
        ofSystem ? now : task.startMillis(),
        ofSystem,
        (int) (seed >>> 32),
        (int) seed,
        seeded,
        task.limits().asyncOperations(),
        (int) Math.min(task.limits().logBytes(), Integer.MAX_VALUE - 1));
  }

  private @Nullable Object log(Value... arguments) {
    Execution own = execution();
    own.logs()
        .add(
            LogLine.Level.valueOf(arguments[0].asString()),
            arguments[1].asString(),
            own.run().elapsedMicros());
    return null;
  }

  private @Nullable Object tooManyPending(Value... arguments) {
    long count = arguments[0].asLong();
    Execution own = execution();
    int allowed = own.task().limits().asyncOperations();
    own.run()
        .breach(
            Quota.ASYNC_OPERATIONS,
            allowed,
            count,
            "The script has " + count + " timers and messages pending; " + allowed + " allowed");
    return null;
  }

  /**
   * @param context null where a script is to have no such global
   */
  void prepareScript(String input, @Nullable String context) {
    realm.invokeMember("prepareScript", input, context);
  }

  void settle(Value completion) {
    realm.invokeMember("settle", completion);
  }

  void fail(Value thrown) {
    realm.invokeMember("fail", thrown);
  }

  void callModule(String specifier, String input, String context) {
    Value importer = realm.invokeMember("importer", specifier);
    realm.invokeMember("callModule", importer, input, context);
  }

  /** Whether the module was evaluated and has a function to call. */
  boolean isLoaded() {
    return realm.invokeMember("isLoaded").asBoolean();
  }

  boolean isSettled() {
    return realm.invokeMember("isSettled").asBoolean();
  }

  /** Microseconds until the next timer or message is due; -1 where none is pending. */
  long untilNextTimer() {
    return (long) realm.invokeMember("untilNextTimer").asDouble();
  }

  void runNextTimer() {
    realm.invokeMember("runNextTimer");
  }

  /** Length of the output in UTF-16 units, or -1 where the script gave undefined. */
  long outputLength() {
    return realm.invokeMember("outputLength").asLong();
  }

  String output() {
    return realm.invokeMember("output").asString();
  }

  /** The error's parts, or null where the run succeeded. */
  Value error() {
    return realm.invokeMember("error");
  }
}
