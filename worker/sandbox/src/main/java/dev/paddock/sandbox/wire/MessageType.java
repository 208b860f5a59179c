package dev.paddock.sandbox.wire;

/** The type byte of a frame. */
enum MessageType {
  TASK(1),
  READY(2),
  STOPPING(3),
  ANSWER(4);

  private final int code;

  MessageType(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static MessageType of(int code) throws WireException {
    for (MessageType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new WireException("Unknown message type " + code);
  }
}
