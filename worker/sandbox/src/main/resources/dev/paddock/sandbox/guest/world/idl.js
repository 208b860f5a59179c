// What Web IDL asks of every interface: members that can be enumerated, and a tag.
'use strict';

(function () {
  const { defineProperty, ownKeys, getOwnPropertyDescriptor } = Reflect;

  function enumerate(object, except) {
    for (const key of ownKeys(object)) {
      if (typeof key === 'string' && !except.includes(key)) {
        const descriptor = getOwnPropertyDescriptor(object, key);
        descriptor.enumerable = true;
        defineProperty(object, key, descriptor);
      }
    }
  }

  return {
    publish(type) {
      enumerate(type.prototype, ['constructor']);
      enumerate(type, ['length', 'name', 'prototype']);
      defineProperty(type.prototype, Symbol.toStringTag, {
        value: type.name, writable: false, enumerable: false, configurable: true,
      });
      return type;
    },

    constants(type, values) {
      for (const name in values) {
        const descriptor = {
          value: values[name], writable: false, enumerable: true, configurable: false,
        };
        defineProperty(type, name, descriptor);
        defineProperty(type.prototype, name, descriptor);
      }
    },
  };
})
