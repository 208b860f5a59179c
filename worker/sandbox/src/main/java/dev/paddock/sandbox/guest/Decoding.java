package dev.paddock.sandbox.guest;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Decodes bytes as the Encoding Standard asks: by the JDK's decoders, but for how much of malformed
 * input one replacement character stands for, in which the two differ.
 */
enum Decoding {
  UTF_8(StandardCharsets.UTF_8),
  UTF_16LE(StandardCharsets.UTF_16LE),
  UTF_16BE(StandardCharsets.UTF_16BE),
  WINDOWS_1252(Charset.forName("windows-1252"));

  private final Charset charset;

  Decoding(Charset charset) {
    this.charset = charset;
  }

  /** The decoding with that name, such as utf-8. */
  static Decoding named(String name) {
    return valueOf(name.replace('-', '_').toUpperCase(Locale.ROOT));
  }

  /**
   * Decodes a chunk.
   *
   * @param last whether no other chunk follows
   * @return the number of bytes at the end that are the start of a character, as a character, and
   *     the text; null where fatal and malformed
   */
  @Nullable String decode(byte[] bytes, boolean fatal, boolean last) {
    CharsetDecoder decoder = charset.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1); // no encoding has more than one a byte
    out.put('\0');
    while (true) {
      CoderResult result = decoder.decode(in, out, last);
      if (result.isUnderflow()) {
        break;
      }
      if (this == WINDOWS_1252) {
        out.put((char) (in.get() & 0xFF)); // the few that the JDK leaves out are control characters
        continue;
      }
      if (fatal) {
        return null;
      }
      out.put('\uFFFD');
      in.position(in.position() + replaced(in, result.length()));
      decoder.reset();
    }
    return out.put(0, (char) in.remaining()).flip().toString();
  }

  private int replaced(ByteBuffer in, int malformed) {
    return switch (this) {
      // A lone surrogate; what follows it is looked at again.
      case UTF_16LE, UTF_16BE -> Math.min(malformed, 2);
      // The start of an encoded surrogate: none of its bytes can be part of a character.
      case UTF_8 ->
          in.get(in.position()) == (byte) 0xED && malformed > 1 && surrogate(in) ? 1 : malformed;
      case WINDOWS_1252 -> malformed;
    };
  }

  private static boolean surrogate(ByteBuffer in) {
    return (in.get(in.position() + 1) & 0xFF) >= 0xA0;
  }
}
