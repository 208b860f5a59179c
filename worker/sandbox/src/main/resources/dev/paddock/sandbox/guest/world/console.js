// console, after the Console Standard. A line is a text: objects show as JSON.
'use strict';

(function ({ log, stringify, elapsedMicros, maxText }) {
  const counts = new Map();
  const starts = new Map();
  let indent = '';

  // Shows in JSON what JSON has no words for.
  function shower() {
    const ancestors = [];
    return function (key, value) {
      if (typeof value === 'bigint') {
        return `${value}n`;
      }
      if (typeof value !== 'object' || value === null) {
        return typeof value === 'function' ? `[Function ${value.name}]` : value;
      }
      while (ancestors.length > 0 && ancestors[ancestors.length - 1] !== this) {
        ancestors.pop();
      }
      if (ancestors.includes(value)) {
        return '[Circular]';
      }
      if (value instanceof Error) {
        return `${value}`;
      }
      const shown = value instanceof Map || value instanceof Set ? [...value] : value;
      ancestors.push(shown);
      return shown;
    };
  }

  // Logging never fails a script, whatever its values do when they are read.
  function show(value) {
    try {
      return text(value);
    } catch {
      return typeof value === 'function' ? '[Function]' : '[Object]';
    }
  }

  function text(value) {
    switch (typeof value) {
      case 'string':
        return value;
      case 'bigint':
        return `${value}n`;
      case 'object':
        break;
      default:
        return String(value);
    }
    if (value === null) {
      return 'null';
    }
    if (value instanceof Error) {
      return String(value.stack);
    }
    if (value instanceof Map || value instanceof Set) {
      return `${value instanceof Map ? 'Map' : 'Set'} ${stringify([...value], shower())}`;
    }
    return stringify(value, shower()) ?? String(value);
  }

  function number(value, parse) {
    return typeof value === 'symbol' || typeof value === 'object' ? 'NaN' : String(parse(value));
  }

  function substitute(directive, value) {
    switch (directive) {
      case 's': return show(value);
      case 'd':
      case 'i': return typeof value === 'bigint' ? `${value}n` : number(value, parseInt);
      case 'f': return number(value, parseFloat);
      case 'c': return '';
      default: return show(value); // %o, %O and %j
    }
  }

  function format(args) {
    let line = '';
    let next = 0;
    if (args.length > 1 && typeof args[0] === 'string') {
      next = 1;
      line = args[0].replace(/%([sdifcoOj%])/g, (all, directive) => {
        if (directive === '%') {
          return '%';
        }
        return next < args.length ? substitute(directive, args[next++]) : all;
      });
    }
    for (let i = next; i < args.length && line.length <= maxText(); i++) {
      line += (i === 0 ? '' : ' ') + show(args[i]);
    }
    return line;
  }

  function print(level, line) {
    log(level, indent === '' ? line : indent + line.replaceAll('\n', `\n${indent}`));
  }

  function label(value) {
    return value === undefined ? 'default' : `${value}`;
  }

  function elapsed(name) {
    const start = starts.get(name);
    return start === undefined ? null : `${name}: ${(elapsedMicros() - start) / 1000}ms`;
  }

  const console = {
    debug(...args) { print('DEBUG', format(args)); },
    log(...args) { print('INFO', format(args)); },
    info(...args) { print('INFO', format(args)); },
    warn(...args) { print('WARN', format(args)); },
    error(...args) { print('ERROR', format(args)); },

    trace(...args) {
      const { stack } = new Error();
      print('DEBUG', `Trace: ${format(args)}${stack.slice(stack.indexOf('\n'))}`);
    },

    dir(value) { print('INFO', show(value)); },
    dirxml(...args) { print('INFO', format(args)); },
    table(value) { print('INFO', show(value)); },

    assert(condition = false, ...args) {
      if (condition) {
        return;
      }
      if (typeof args[0] === 'string') {
        args[0] = `Assertion failed: ${args[0]}`;
      } else {
        args.unshift('Assertion failed');
      }
      print('ERROR', format(args));
    },

    count(name) {
      const key = label(name);
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      print('INFO', `${key}: ${count}`);
    },

    countReset(name) {
      const key = label(name);
      if (!counts.delete(key)) {
        print('WARN', `Count for '${key}' does not exist`);
      }
    },

    group(...args) {
      if (args.length > 0) {
        print('INFO', format(args));
      }
      if (indent.length < 64) {
        indent += '  ';
      }
    },
    groupCollapsed(...args) { console.group(...args); },
    groupEnd() { indent = indent.slice(2); },

    time(name) {
      const key = label(name);
      if (starts.has(key)) {
        print('WARN', `Timer '${key}' already exists`);
      } else {
        starts.set(key, elapsedMicros());
      }
    },

    timeLog(name, ...args) {
      const key = label(name);
      const time = elapsed(key);
      if (time === null) {
        print('WARN', `Timer '${key}' does not exist`);
      } else {
        print('INFO', format([time, ...args]));
      }
    },

    timeEnd(name) {
      const key = label(name);
      const time = elapsed(key);
      if (time === null) {
        print('WARN', `Timer '${key}' does not exist`);
      } else {
        starts.delete(key);
        print('INFO', time);
      }
    },

    clear() {},
  };
  Object.defineProperty(console, Symbol.toStringTag, { value: 'console', configurable: true });
  return { console };
})
