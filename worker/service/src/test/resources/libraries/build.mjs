// Bundles every driver with its library, runs each bundle with its input in this Node, and writes
// the output down. README.md says when and how to run it.
import { build } from 'esbuild';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const here = import.meta.dirname;
const origins = new Map();

function origin(file) {
  let folder = dirname(file);
  for (;;) {
    try {
      const found = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      if (found.name && found.version) return { ...found, folder };
    } catch { /* a folder within the package */ }
    folder = dirname(folder);
  }
}

function licence(folder) {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  return file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
}

for (const folder of ['bundles', 'outputs']) {
  for (const file of readdirSync(join(here, folder))) rmSync(join(here, folder, file));
}
for (const driver of readdirSync(join(here, 'drivers')).sort()) {
  const name = driver.replace('.mjs', '');
  const options = {
    entryPoints: [join(here, 'drivers', driver)],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    minify: true,
    legalComments: 'inline',
    define: { 'process.env.NODE_ENV': '"production"' },
    metafile: true,
    write: false,
    absWorkingDir: here,
    logLevel: 'warning',
  };
  const { metafile } = await build(options);
  const used = Object.entries(metafile.outputs).flatMap(([, out]) => Object.entries(out.inputs))
    .filter(([path, { bytesInOutput }]) => path.includes('node_modules/') && bytesInOutput > 0)
    .map(([path]) => origin(join(here, path)));
  const packages = new Map(used.map((one) => [`${one.name} ${one.version}`, one]));
  for (const [label, one] of packages) origins.set(label, { ...one, bundles: [...(origins.get(label)?.bundles ?? []), name] });
  const banner = `/*! ${[...packages].map(([label, one]) => `${label} (${one.license})`).sort().join(', ')}; see NOTICE */`;
  const { outputFiles } = await build({ ...options, banner: { js: banner } });
  const bundle = join(here, 'bundles', driver);
  writeFileSync(bundle, outputFiles[0].text);
  const { default: entry } = await import(bundle);
  const input = JSON.parse(readFileSync(join(here, 'inputs', `${name}.json`), 'utf8'));
  const output = await entry(input, { executionId: name, tenant: 'default', labels: {}, now: 0 });
  writeFileSync(join(here, 'outputs', `${name}.json`), `${JSON.stringify(output)}\n`);
  console.log(name.padEnd(20), outputFiles[0].text.length.toString().padStart(8), 'characters');
}
const notices = [...origins].sort(([a], [b]) => (a < b ? -1 : 1)).map(([label, one]) => {
  const repository = typeof one.repository === 'string' ? one.repository : one.repository?.url ?? one.homepage;
  return `${label}\nin ${one.bundles.join(', ')}\norigin ${repository}\nlicence ${one.license}\n\n${licence(one.folder)}\n`;
});
writeFileSync(join(here, 'NOTICE'),
  `The bundles in this folder contain these packages, unchanged but minified.\n\n${notices.join(`\n${'-'.repeat(80)}\n\n`)}`);
process.exit(); // react-dom leaves a MessageChannel open, which keeps Node waiting
