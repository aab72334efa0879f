// Makes recordings of 200 containers of those in bench/recordings, among them some whose names are an attack:
//   node make-recordings.mjs ../../bench/recordings FOLDER NUMBER
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

const [from, to, number] = process.argv.slice(2);
const attacks = [
  '<script>document.title="owned"</script>',
  '"><img src=x onerror=document.title="owned">',
  "' onmouseover='document.title=1' x='",
  '</style><script>document.title="owned"</script>',
  '{{data}}{{{data}}}',
  'a\u202Egnp.exe',
  'b\u2066\u0000\u001B[31mred',
  'javascript:alert(1)//',
];
const originals = fs.readdirSync(from)
  .filter(name => name.endsWith('.json.gz') && !name.endsWith('.files.json.gz')).sort()
  .map(name => zlib.gunzipSync(fs.readFileSync(path.join(from, name))).toString());
for (let i = 0; i < Number(number); i++) {
  const attack = attacks[i % 25] ?? '';
  let text = originals[i % originals.length];
  // in every unit that has it: names, paths, conditions
  if (attack) text = text.replaceAll('sys-kernel-debug', JSON.stringify('sys-kernel-debug' + attack).slice(1, -1));
  // a number of 64 bits would lose its last digits
  const snapshot = JSON.parse(text.replace(/: ?([0-9]{16,})(?=[,}\s])/g, ': "exactly $1"'));
  snapshot.container.name = 'c' + String(i).padStart(4, '0') + attack;
  // three hosts, and recordings of an earlier capdrop, which did not write the host's name; every third is old
  if (i % 4) snapshot.host.name = 'pve' + i % 4;
  snapshot.takenAt = new Date(Date.now() - (i % 3 ? 0 : 30 * 86_400_000)).toISOString();
  fs.writeFileSync(path.join(to, 'c' + String(i).padStart(4, '0') + '.json'), JSON.stringify(snapshot).replace(/"exactly ([0-9]+)"/g, '$1'));
}
