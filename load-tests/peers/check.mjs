/** Says of each package named as an argument, in a line, whether it loads: its name, and why not. */
for (const name of process.argv.slice(2)) {
  try {
    await import(name);
    console.log(name);
  } catch (error) {
    console.log(`${name} ${String(error.message).split('\n')[0]}`);
  }
}
