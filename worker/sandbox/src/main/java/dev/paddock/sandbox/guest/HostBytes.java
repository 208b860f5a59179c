package dev.paddock.sandbox.guest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * What the host does with a guest's bytes, which are an ArrayBuffer, an offset and a length. Takes
 * and returns nothing but these, texts and numbers.
 */
final class HostBytes {

  private static final List<String> DIGESTS = List.of("SHA-1", "SHA-256", "SHA-384", "SHA-512");

  private static final byte[] REPLACEMENT = "\uFFFD".getBytes(StandardCharsets.UTF_8);

  private HostBytes() {}

  /**
   * Decodes: encoding, fatal, last, buffer, offset, length.
   *
   * @return the number of bytes at the end that are the start of a character, as a character, and
   *     the text; null where fatal and malformed
   */
  static @Nullable Object decode(Value... arguments) {
    Decoding decoding = Decoding.named(arguments[0].asString());
    boolean fatal = arguments[1].asBoolean();
    boolean last = arguments[2].asBoolean();
    return decoding.decode(bytes(arguments[3], arguments[4], arguments[5]), fatal, last);
  }

  /** How many bytes a text has as UTF-8. */
  static Object encodedLength(Value... arguments) {
    String text = arguments[0].asString();
    long length = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        length++;
        if (c >= 0x800) {
          length++;
          if (Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1))) {
            i++; // four bytes for two characters, of which this counted three and the next one
          }
        }
      }
    }
    return length;
  }

  /**
   * Writes a text as UTF-8 as far as whole characters fit: text, buffer, offset, capacity.
   *
   * @return the UTF-16 units read times 2^32, and the bytes written
   */
  static Object encode(Value... arguments) {
    CharBuffer text = CharBuffer.wrap(arguments[0].asString());
    Value buffer = arguments[1];
    long offset = arguments[2].asLong();
    int capacity = (int) Math.min(arguments[3].asLong(), 3L * text.length());
    ByteBuffer bytes = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
    StandardCharsets.UTF_8
        .newEncoder()
        .onMalformedInput(CodingErrorAction.REPLACE)
        .replaceWith(REPLACEMENT)
        .encode(text, bytes, true);
    bytes.flip();
    int at = 0;
    for (; at + Long.BYTES <= bytes.limit(); at += Long.BYTES) {
      buffer.writeBufferLong(ByteOrder.LITTLE_ENDIAN, offset + at, bytes.getLong(at));
    }
    for (; at < bytes.limit(); at++) {
      buffer.writeBufferByte(offset + at, bytes.get(at));
    }
    return text.position() * 0x1p32 + at;
  }

  /**
   * Digests: algorithm, buffer, offset, length.
   *
   * @return the digest's bytes, each as a character
   */
  static Object digest(Value... arguments) {
    String algorithm = arguments[0].asString();
    if (!DIGESTS.contains(algorithm)) {
      throw new IllegalArgumentException("Not a digest: " + algorithm);
    }
    try {
      byte[] digest =
          MessageDigest.getInstance(algorithm)
              .digest(bytes(arguments[1], arguments[2], arguments[3]));
      return new String(digest, StandardCharsets.ISO_8859_1);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has them
    }
  }

  private static byte[] bytes(Value buffer, Value offset, Value length) {
    byte[] bytes = new byte[length.asInt()];
    if (bytes.length > 0) {
      buffer.readBuffer(offset.asLong(), bytes, 0, bytes.length);
    }
    return bytes;
  }
}
