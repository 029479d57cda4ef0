// Reads a file's C2PA manifests with c2pa-wasm, in Node: node check.mjs PACKAGE FILE TYPE [ANCHORS]
// PACKAGE: the unpacked npm package; ANCHORS: trusted certificates, PEM. Prints {"state", "codes", "program"}.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [folder, file, type, anchors] = process.argv.slice(2);
const { default: init, WasmReader } = await import(pathToFileURL(`${folder}/pkg/c2pa.js`));
await init({ module_or_path: readFileSync(`${folder}/pkg/c2pa_bg.wasm`) });
const settings = { verify: { verify_trust: true, remote_manifest_fetch: false, ocsp_fetch: false } };
if (anchors) settings.trust = { user_anchors: readFileSync(anchors, 'utf8') };
try {
  const reader = await WasmReader.fromBytes(type, new Uint8Array(readFileSync(file)), JSON.stringify(settings));
  const store = JSON.parse(reader.json());
  const failures = store.validation_results?.activeManifest?.failure ?? [];
  console.log(JSON.stringify({
    state: store.validation_state,
    codes: failures.map((failure) => failure.code),
    program: store.manifests[store.active_manifest].claim_generator_info[0].name,
  }));
} catch (error) {
  console.log(JSON.stringify({ state: 'none', error: String(error) }));
}
