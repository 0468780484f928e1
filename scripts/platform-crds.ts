/** Writes src/embedded/world/platform-crds-data.ts from deploy/crds/platform: parsing the YAML would cost the demo a tenth of a second at each start. */
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {deflateRawSync} from 'node:zlib';
import {parseAllDocuments} from 'yaml';

const source = join(import.meta.dirname, '../deploy/crds/platform');
const target = join(import.meta.dirname, '../src/embedded/world/platform-crds-data.ts');

const files = readdirSync(source).filter(file => file.endsWith('.yaml'));
const crds = files.flatMap(file => parseAllDocuments(readFileSync(join(source, file), 'utf8')).map(document => document.toJSON()));
const packed = deflateRawSync(JSON.stringify(crds), {level: 9}).toString('base64');
writeFileSync(
  target,
  `/** The CRDs of deploy/crds/platform, deflated JSON in base64; written by scripts/platform-crds.ts. */\nexport const platformCrdsData = '${packed}';\n`,
);
process.stdout.write(`${crds.length} CRDs, ${packed.length} characters\n`);
