package dev.paddock.sandbox.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The fields of one frame, read in order; every read is bounded by what is left of it. */
final class Fields {

  private final ByteBuffer bytes;

  Fields(byte[] frame) {
    bytes = ByteBuffer.wrap(frame);
  }

  int readByte() throws WireException {
    require(1);
    return bytes.get();
  }

  boolean readBoolean() throws WireException {
    int value = readByte();
    if (value != 0 && value != 1) {
      throw new WireException("A truth value of " + value);
    }
    return value == 1;
  }

  int readInt() throws WireException {
    require(Integer.BYTES);
    return bytes.getInt();
  }

  long readLong() throws WireException {
    require(Long.BYTES);
    return bytes.getLong();
  }

  /** A number that cannot be below 0. */
  int readAmount() throws WireException {
    int value = readInt();
    if (value < 0) {
      throw new WireException("A negative figure: " + value);
    }
    return value;
  }

  /** A number that cannot be below 0. */
  long readLongAmount() throws WireException {
    long value = readLong();
    if (value < 0) {
      throw new WireException("A negative figure: " + value);
    }
    return value;
  }

  /** A number of elements, of which each takes at least so many bytes of the frame. */
  int readCount(int bytesEach) throws WireException {
    int count = readAmount();
    require((long) count * bytesEach);
    return count;
  }

  <E extends Enum<E>> E readConstant(E[] constants) throws WireException {
    int ordinal = readByte();
    if (ordinal < 0 || ordinal >= constants.length) {
      throw new WireException("Unknown constant " + ordinal);
    }
    return constants[ordinal];
  }

  String readText() throws WireException {
    String text = readNullableText();
    if (text == null) {
      throw new WireException("A text is missing");
    }
    return text;
  }

  @Nullable String readNullableText() throws WireException {
    int length = readInt();
    if (length == -1) {
      return null;
    }
    if (length < 0) {
      throw new WireException("A text of " + length + " bytes");
    }
    require(length);
    String text = new String(bytes.array(), bytes.position(), length, StandardCharsets.UTF_8);
    // What is not UTF-8 was replaced by this character, which a text may have of its own.
    if (text.indexOf('\uFFFD') >= 0) {
      requireUtf8(bytes.slice(bytes.position(), length));
    }
    bytes.position(bytes.position() + length);
    return text;
  }

  private static void requireUtf8(ByteBuffer text) throws WireException {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(text);
    } catch (CharacterCodingException e) {
      throw new WireException("A text that is not UTF-8");
    }
  }

  void requireEnd() throws WireException {
    if (bytes.hasRemaining()) {
      throw new WireException(bytes.remaining() + " bytes left over in a frame");
    }
  }

  private void require(long count) throws WireException {
    if (bytes.remaining() < count) {
      throw new WireException(
          "A frame ends early: " + count + " bytes wanted, " + bytes.remaining() + " left");
    }
  }
}
