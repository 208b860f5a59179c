// Looks for a way out, to the machine that runs it. There is none: no Java, no process, no files.
const outside = [].constructor.constructor("return this")();
const found = ["Java", "Polyglot", "Packages", "process", "require", "load", "Graal"].filter(
  (name) => name in outside,
);
if (found.length > 0) {
  throw new Error(`escaped through ${found}`);
}
Java.type("java.lang.Runtime").getRuntime().exec("id");
