package dev.paddock.loadtest.micro;

import dev.paddock.loadtest.Workload;

/** How large a JSON text is. */
public enum Size {
  /** A rule's input, about 0.8 KiB. */
  SMALL(20),
  KIB_10(240),
  MIB_1(23_500);

  private final int items;

  Size(int items) {
    this.items = items;
  }

  /** Such a text: an object with an array of small objects. */
  String json() {
    return Workload.input(items);
  }
}
