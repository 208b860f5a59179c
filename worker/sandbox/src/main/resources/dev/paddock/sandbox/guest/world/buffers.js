// Where the bytes of a buffer source are. What is no ArrayBuffer or view of one is a TypeError.
'use strict';

(function () {
  const { apply, getOwnPropertyDescriptor: descriptor, getPrototypeOf } = Reflect;
  const typed = getPrototypeOf(Uint8Array.prototype);
  const views = [typed, DataView.prototype].map((prototype) => ({
    buffer: descriptor(prototype, 'buffer').get,
    offset: descriptor(prototype, 'byteOffset').get,
    length: descriptor(prototype, 'byteLength').get,
  }));
  const [typedArray, dataView] = views;
  const bufferLength = descriptor(ArrayBuffer.prototype, 'byteLength').get;
  const isView = ArrayBuffer.isView;
  const typeName = descriptor(typed, Symbol.toStringTag).get;

  return {
    bytesOf(source) {
      if (isView(source)) {
        const view = apply(typeName, source, []) === undefined ? dataView : typedArray;
        return {
          buffer: apply(view.buffer, source, []),
          offset: apply(view.offset, source, []),
          length: apply(view.length, source, []),
        };
      }
      try {
        return { buffer: source, offset: 0, length: apply(bufferLength, source, []) };
      } catch {
        throw new TypeError('An ArrayBuffer or a view of one is needed');
      }
    },

    typeName: (source) => apply(typeName, source, []),
  };
})
