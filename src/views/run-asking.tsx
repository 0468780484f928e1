/** What is asked before something is done to a run: why, or the consent that fits the risk. */
import {Box} from 'ink';
import type {ReactNode} from 'react';
import {phrase} from '../domain/messages/phrase.ts';
import {type Run, targetText} from '../domain/run.ts';
import type {RecordedStep} from '../domain/run-desk.ts';
import {currentStep} from '../domain/run-need.ts';
import type {Key} from '../ui/keys.ts';
import {openPrompt, type PromptState, pasteInPrompt, pressInPrompt} from '../ui/prompt.ts';
import {PromptLine} from '../ui/prompt-line.tsx';
import {wrapText} from '../ui/wrap.ts';
import {type ConsentTyping, consentDemand, enterConsent, isTyping, pasteConsent, pressConsent, startTyping} from './consent.ts';
import {BarLine, ConsentBar} from './consent-bar.tsx';
import type {RunChoice} from './run-choices.ts';
import {stepTitle} from './run-look.ts';
import type {ScreenContext} from './screen.ts';

export type Asking =
  | {readonly kind: 'reason'; readonly choice: RunChoice; readonly prompt: PromptState; readonly isEmpty: boolean}
  | {readonly kind: 'consent'; readonly choice: RunChoice; readonly typing: ConsentTyping};

export type Answered = {readonly kind: 'asking'; readonly asking: Asking} | {readonly kind: 'answered'; readonly reason: string};

/** undefined where the key alone is enough. */
export function askFor(run: Run, choice: RunChoice, protectedContext: string | undefined): Asking | undefined {
  if (choice.asks === 'reason') return {kind: 'reason', choice, prompt: openPrompt([]), isEmpty: false};
  if (choice.asks === 'nothing') return undefined;
  const name = targetText(run.spec).split('/').at(-1) ?? '';
  const demand = consentDemand(run.status.plan?.risk ?? 'destructive', name, protectedContext);
  return demand.kind === 'key' ? undefined : {kind: 'consent', choice, typing: startTyping(demand.texts)};
}

/** undefined for a key that is none of the text. */
export function pressAsking(asking: Asking, key: Key): Asking | undefined {
  if (asking.kind === 'consent') {
    return isTyping(key) ? {...asking, typing: pressConsent(asking.typing, key)} : undefined;
  }
  const prompt = pressInPrompt(asking.prompt, key, undefined);
  return prompt && {...asking, prompt, isEmpty: false};
}

export function pasteAsking(asking: Asking, text: string): Asking {
  if (asking.kind === 'consent') return {...asking, typing: pasteConsent(asking.typing)};
  return {...asking, prompt: pasteInPrompt(asking.prompt, text)};
}

export function enterAsking(asking: Asking): Answered {
  if (asking.kind === 'consent') {
    const next = enterConsent(asking.typing);
    return next === 'agreed' ? {kind: 'answered', reason: ''} : {kind: 'asking', asking: {...asking, typing: next}};
  }
  const reason = asking.prompt.text.trim();
  return reason === '' ? {kind: 'asking', asking: {...asking, isEmpty: true}} : {kind: 'answered', reason};
}

/** To which step it is said: true on every tab, and where the step has been scrolled away. */
export function askingHead(
  {choice}: Asking,
  run: Run,
  steps: readonly RecordedStep[] | undefined,
  {say}: ScreenContext,
  width: number,
): readonly string[] {
  const step = currentStep(run);
  return step === undefined ? [] : wrapText(`${say(choice.title)}: ${say(stepTitle(step, steps))}`, width - 2);
}

type AskingProps = {readonly context: ScreenContext; readonly asking: Asking; readonly head: readonly string[]; readonly width: number};

export function AskingLines({context, asking, head, width}: AskingProps): ReactNode {
  return (
    <Box flexDirection="column" width={width} flexShrink={0}>
      {head.map((text, index) => (
        <BarLine key={index} context={context} text={text} tone="waiting" width={width} />
      ))}
      <AskingLine context={context} asking={asking} width={width} />
    </Box>
  );
}

function AskingLine({context, asking, width}: {context: ScreenContext; asking: Asking; width: number}): ReactNode {
  if (asking.kind === 'consent') return <ConsentBar context={context} typing={asking.typing} width={width} />;
  return (
    <PromptLine
      theme={context.theme}
      sign={`${context.say(asking.choice.title)} · ${context.say(phrase('run.why'))} `}
      state={asking.prompt}
      suggestion={undefined}
      {...(asking.isEmpty ? {note: {text: context.say(phrase('run.whyMissing')), tone: 'broken' as const}} : {})}
      width={width}
    />
  );
}
