// Asks Khronos' own validator about GLB files: npm install gltf-validator && node validate_glb.mjs FILE.glb ...
// Ends with 1 if it finds an error or a warning in any of them.
import { readFileSync } from 'node:fs';
import validator from 'gltf-validator';

let bad = 0;
for (const file of process.argv.slice(2)) {
  const report = await validator.validateBytes(new Uint8Array(readFileSync(file)));
  const { numErrors, numWarnings, messages } = report.issues;
  console.log(`${file}: ${numErrors} errors, ${numWarnings} warnings, ${report.info.totalTriangleCount} triangles`);
  for (const message of messages) {
    console.log(`  ${message.code} ${message.pointer ?? ''} ${message.message}`);
  }
  bad += numErrors + numWarnings;
}
process.exit(bad === 0 ? 0 : 1);
