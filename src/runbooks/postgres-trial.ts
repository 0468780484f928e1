/** The proof that a dump came back once: kept beside it, by the digests of its files. Nothing is destroyed without it. */
import {canonicalJson} from '../domain/canonical-json.ts';
import type {Effect} from '../domain/kube-write.ts';
import {memberDump} from '../domain/postgres/dump-commands.ts';
import type {Manifest} from '../domain/postgres/dump-manifest.ts';
import {Refusal} from '../engine/define-runbook.ts';
import type {Keeper} from './postgres-keeper.ts';
import type {LeadingMember} from './postgres-member.ts';

const trialName = 'trial.json';

function proofOf({databases}: Manifest): string {
  return canonicalJson({cameBack: databases.map(({name, sha256}) => ({name, sha256}))});
}

export async function isProved(keeper: Keeper, manifest: Manifest): Promise<boolean> {
  return (await keeper.readText(trialName))?.trim() === proofOf(manifest);
}

/** To be sent only by who has just counted the copies. */
export function noteProof(keeper: Keeper, manifest: Manifest): readonly Effect[] {
  return keeper.write(trialName, `${proofOf(manifest)}\n`);
}

/** Throws Refusal where nobody has seen this very dump come back. */
export async function requireProof(keeper: Keeper, manifest: Manifest): Promise<void> {
  if (await isProved(keeper, manifest)) return;
  const where = keeper.describe(trialName);
  throw new Refusal('NotTried', {
    en: `${where.en} does not say that the dump came back: try it first, nothing is destroyed`,
    ru: `${where.ru}: не сказано, что дамп восстановился; сначала проверьте его, ничего не удаляем`,
  });
}

/** Throws Refusal where what came back is another file than the one that is kept. */
export async function requireSameFiles(member: LeadingMember, {databases}: Manifest, id: string): Promise<void> {
  for (const [index, {name, bytes, sha256}] of databases.entries()) {
    const tried = await member.digest(memberDump(id, index));
    if (tried?.bytes === bytes && tried.sha256 === sha256) continue;
    throw new Refusal('NotProved', {
      en: `${name}: the dump that is kept is not the one that came back: abort with undo and start a new run`,
      ru: `${name}: сохранён не тот дамп, который восстановился: прервите с откатом и начните новый запуск`,
    });
  }
}
