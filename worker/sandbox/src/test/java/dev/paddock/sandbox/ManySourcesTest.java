package dev.paddock.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Script;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What a sandbox keeps of scripts must not be at the cost of those that come later. */
class ManySourcesTest {

  /** 4 MiB of parsed code, of which a heap of 128 MiB does not hold forty. */
  private static final String LARGE = "let x = 1;" + "x=x+1;".repeat(10_000);

  private static final int SCRIPTS = 40;

  private static final Limits SMALL_HEAP =
      new Limits(20_000, 20_000, 16L << 20, 4 << 20, 512 << 10, 64 << 10, 1000, 1000);

  @Test
  void manyLargeScriptsLeaveTheNextOneTheHeapThatItIsAllowed() throws IOException {
    try (TestSandbox sandbox = new TestSandbox()) {
      for (int i = 0; i < SCRIPTS; i++) {
        assertInstanceOf(Ending.Succeeded.class, sandbox.run(LARGE + i, "null").ending());
      }
      Script keepsTenMebibytes =
          new Script(
              "keeps.js",
              Script.Kind.SCRIPT,
              "globalThis.kept = Array.from({ length: 12_000 }, (_, i) => new Array(100).fill(i));"
                  + " kept.length");
      assertEquals(
          new Ending.Succeeded("12000"),
          sandbox.run(keepsTenMebibytes, "null", SMALL_HEAP).ending());
    }
  }
}
