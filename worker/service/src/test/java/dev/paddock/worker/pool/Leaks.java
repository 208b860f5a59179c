package dev.paddock.worker.pool;

import static org.junit.jupiter.api.Assertions.fail;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.GuestError;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks for traces of the host in what a script's author gets to see. */
final class Leaks {

  /** A Java class or package, a Java frame, a place in the host's file system. */
  private static final Pattern TRACE =
      Pattern.compile(
          "\\b(?:java|javax|jdk|sun|com\\.(?:sun|oracle)|org\\.graalvm|dev\\.paddock)\\.\\w+"
              + "|\\bTruffle\\w*|\\bPolyglot\\w*|\\bHost(?:Object|Proxy|Function)\\w*|\\.java:\\d+|\\(Unknown Source\\)"
              + "|/(?:tmp|proc|home|root|usr|etc|opt)\\b|paddock:\\w+");

  private Leaks() {}

  /**
   * Fails the test where a text shows a trace.
   *
   * @param source the script, whose own words may come back to it
   */
  static void requireNone(Answer answer, String source) {
    Stream.concat(texts(answer.ending()), answer.logs().stream().map(line -> line.message()))
        .flatMap(text -> TRACE.matcher(text).results().map(MatchResult::group))
        .filter(trace -> !source.contains(trace))
        .findFirst()
        .ifPresent(trace -> fail("The script's author sees '" + trace + "' in " + answer));
  }

  private static Stream<String> texts(Ending ending) {
    return switch (ending) {
      case Ending.Succeeded(String output) -> Stream.ofNullable(output);
      case Ending.Failed(GuestError error) ->
          Stream.concat(Stream.of(error.name(), error.message()), Stream.ofNullable(error.stack()));
      case Ending.Stopped(var breach) -> Stream.of(breach.message());
    };
  }
}
