/** The lines at the foot of a plan or a gate: how one agrees, and the name as it is being typed. */
import {Text} from 'ink';
import type {ReactNode} from 'react';
import {phrase} from '../domain/messages/phrase.ts';
import {PromptLine} from '../ui/prompt-line.tsx';
import {paint, type Tone} from '../ui/theme.ts';
import {fitText, visibleText} from '../ui/width.ts';
import type {ConsentTyping} from './consent.ts';
import type {ScreenContext} from './screen.ts';

export function ConsentBar({context, typing, width}: {context: ScreenContext; typing: ConsentTyping; width: number}): ReactNode {
  const {say, theme} = context;
  const text = typing.texts[typing.at] ?? '';
  const wrong = typing.prompt.text === '' ? phrase('consent.nothing') : phrase('consent.wrong');
  const note = typing.wasPasted ? phrase('consent.pasted') : typing.isWrong ? wrong : phrase('consent.enter');
  return (
    <PromptLine
      theme={theme}
      sign={`${say(phrase('consent.type', visibleText(text)))} `}
      state={typing.prompt}
      suggestion={undefined}
      note={{text: say(note), tone: typing.wasPasted || typing.isWrong ? 'broken' : 'dim'}}
      width={width}
    />
  );
}

export function BarLine({context, text, tone, width}: {context: ScreenContext; text: string; tone: Tone; width: number}): ReactNode {
  return <Text wrap="truncate">{` ${paint(context.theme, fitText(visibleText(text), width - 2), {tone})}`}</Text>;
}
