/** Draws the shell: frame, header, the open screen, banners, footer or prompt, and help over it. */
import type {ReactNode} from 'react';
import {useStore} from 'zustand';
import {phrase} from '../domain/messages/phrase.ts';
import type {TerminalSize} from '../ui/frame-stream.ts';
import {HelpOverlay} from '../ui/help-overlay.tsx';
import type {Binding, BindingInForce} from '../ui/keymap.ts';
import {Palette} from '../ui/palette.tsx';
import {PromptLine} from '../ui/prompt-line.tsx';
import {type Banner, type Hint, ScreenFrame} from '../ui/screen-frame.tsx';
import {wrapText} from '../ui/wrap.ts';
import type {App} from './app.ts';
import {paletteItems} from './app-palette.ts';
import {gridTime} from './clock-grid.ts';
import {crumbs, headerLine, sessionBanners} from './header.ts';

export type AppViewProps = {readonly app: App; readonly size: TerminalSize};

/** Keys of the footer beyond these leave first where there is no room; the one that tells all of them never does. */
const hintsKept = 3;

export function AppView({app, size}: AppViewProps): ReactNode {
  const {flash, help} = useStore(app.state);
  const {theme, clock} = app.options;
  const say = app.say.bind(app);
  const now = gridTime(clock);
  const running = app.background.list().filter(({exit}) => exit === undefined).length;
  const summary = app.screen.summary();
  const banners: Banner[] = [
    ...sessionBanners(app.session, now, say),
    ...(app.session.reachability().kind === 'here' ? app.screen.banners() : []),
  ];
  const passing: Banner | undefined = flash === undefined ? undefined : {text: flash.text, tone: flash.tone};
  // A sentence that names a command is of no use where its end is cut off.
  if (passing !== undefined && app.screen.keepsSize !== true)
    banners.push(...wrapText(passing.text, size.columns - 1).map(text => ({text, tone: passing.tone})));
  return (
    <ScreenFrame
      theme={theme}
      columns={size.columns}
      rows={size.rows}
      header={[
        headerLine(app.session, running, now, theme.glyphs, say),
        {
          left: [{text: ' '}, ...crumbs(app.history.present), ...summary.left],
          right: summary.right.length === 0 ? [] : [...summary.right, {text: ' '}],
        },
      ]}
      banners={banners}
      footer={hints(app.dispatcher.bindingsInForce().filter(({binding}) => help === undefined || isOfHelp(binding)))}
      notice={app.screen.keepsSize === true ? passing : undefined}
      prompt={app.prompt === undefined ? undefined : <AppPrompt app={app} width={size.columns} />}
      tooSmall={say(phrase('screen.tooSmall', size.columns, size.rows))}
    >
      {body =>
        help === undefined ? (
          app.screen.render(body)
        ) : help.picking !== undefined ? (
          <Palette
            theme={theme}
            title={say(phrase('key.palette'))}
            items={paletteItems(app)}
            at={help.picking.at}
            prompt={help.picking.prompt}
            width={body.width}
            height={body.height}
          />
        ) : (
          <HelpOverlay
            theme={theme}
            title={say(phrase('screen.help'))}
            bindings={help.bindings}
            otherGroup={say(phrase('group.general'))}
            top={help.top}
            width={body.width}
            height={body.height}
          />
        )
      }
    </ScreenFrame>
  );
}

function AppPrompt({app, width}: {app: App; width: number}): ReactNode {
  const {prompt} = app;
  if (prompt === undefined) return null;
  const words = prompt.words();
  const note = prompt.note ?? (words.length > 0 ? {text: words.slice(0, 12).join(' '), tone: 'dim' as const} : undefined);
  return (
    <PromptLine
      theme={app.options.theme}
      sign={prompt.kind === 'command' ? ':' : '/'}
      state={prompt.state}
      suggestion={prompt.suggestion()}
      {...(note === undefined ? {} : {note})}
      width={width}
    />
  );
}

function isOfHelp(binding: Binding): boolean {
  return binding.id.startsWith('help.');
}

function hints(bindings: readonly BindingInForce[]): readonly Hint[] {
  return bindings
    .filter(({binding}) => binding.isInFooter === true)
    .map(({binding, keys}, index) => ({
      keys: keys[0] ?? '',
      title: binding.title,
      isDisabled: binding.disabledReason !== undefined,
      ...(index < hintsKept || binding.id === 'app.help' ? {} : {priority: index}),
    }));
}
