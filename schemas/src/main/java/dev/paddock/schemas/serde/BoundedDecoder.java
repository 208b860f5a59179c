package dev.paddock.schemas.serde;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Reads Avro binary, and believes in no more array and map items than there are bytes for. Avro
 * itself checks the lengths of strings so, but items may take no bytes (an array of nulls), and
 * then a count of a few bytes would fill the heap, or keep a reader busy for ever.
 */
final class BoundedDecoder extends Decoder {

  /** Items of no bytes that are believed nevertheless, in one record. */
  private static final int EMPTY_ITEMS = 1000;

  private final BinaryDecoder binary;
  private long itemsLeft;

  BoundedDecoder(byte[] data, int offset) {
    int length = data.length - offset;
    binary = DecoderFactory.get().binaryDecoder(data, offset, length, null);
    itemsLeft = (long) length + EMPTY_ITEMS;
  }

  boolean isEnd() throws IOException {
    return binary.isEnd();
  }

  private long counted(long items) {
    itemsLeft -= items;
    if (itemsLeft < 0) {
      throw new AvroRuntimeException("a collection claims more items than there are bytes");
    }
    return items;
  }

  @Override
  public long readArrayStart() throws IOException {
    return counted(binary.readArrayStart());
  }

  @Override
  public long arrayNext() throws IOException {
    return counted(binary.arrayNext());
  }

  @Override
  public long skipArray() throws IOException {
    return counted(binary.skipArray());
  }

  @Override
  public long readMapStart() throws IOException {
    return counted(binary.readMapStart());
  }

  @Override
  public long mapNext() throws IOException {
    return counted(binary.mapNext());
  }

  @Override
  public long skipMap() throws IOException {
    return counted(binary.skipMap());
  }

  @Override
  public void readNull() throws IOException {
    binary.readNull();
  }

  @Override
  public boolean readBoolean() throws IOException {
    return binary.readBoolean();
  }

  @Override
  public int readInt() throws IOException {
    return binary.readInt();
  }

  @Override
  public long readLong() throws IOException {
    return binary.readLong();
  }

  @Override
  public float readFloat() throws IOException {
    return binary.readFloat();
  }

  @Override
  public double readDouble() throws IOException {
    return binary.readDouble();
  }

  @Override
  public Utf8 readString(@Nullable Utf8 old) throws IOException {
    return binary.readString(old);
  }

  @Override
  public String readString() throws IOException {
    return binary.readString();
  }

  @Override
  public void skipString() throws IOException {
    binary.skipString();
  }

  @Override
  public ByteBuffer readBytes(@Nullable ByteBuffer old) throws IOException {
    return binary.readBytes(old);
  }

  @Override
  public void skipBytes() throws IOException {
    binary.skipBytes();
  }

  @Override
  public void readFixed(byte[] bytes, int start, int length) throws IOException {
    binary.readFixed(bytes, start, length);
  }

  @Override
  public void skipFixed(int length) throws IOException {
    binary.skipFixed(length);
  }

  @Override
  public int readEnum() throws IOException {
    return binary.readEnum();
  }

  @Override
  public int readIndex() throws IOException {
    return binary.readIndex();
  }
}
