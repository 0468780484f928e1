/** The modes that the program sets in the terminal, and the way back from every one of them. */

const esc = '\u001B';

export type TerminalModes = {
  /** The alternate screen, bracketed paste, no automatic wrap (a width on which the terminal disagrees must not push rows down). */
  enter(): void;
  leave(): void;
  /** The terminal said that it speaks the kitty protocol: Escape and control keys then come unambiguously, with the Latin key of their place. */
  enableKitty(): void;
  writeControl(sequence: string): void;
};

export function createTerminalModes(write: (text: string) => void): TerminalModes {
  let isInside = false;
  let hasAsked = false;
  let speaksKitty = false;
  let showsProgress = false;
  const pushKitty = `${esc}[>5u`;

  return {
    enter() {
      if (isInside) return;
      isInside = true;
      const titleSaved = `${esc}[22;0t`;
      const drawing = `${esc}[?1049h${esc}[H${esc}[2J${esc}[?25l${esc}[?7l${esc}[?2004h`;
      write(titleSaved + drawing + (speaksKitty ? pushKitty : '') + (hasAsked ? '' : `${esc}[?u`));
      hasAsked = true;
    },

    leave() {
      if (!isInside) return;
      isInside = false;
      const keys = `${speaksKitty ? `${esc}[<u` : ''}${esc}[?2004l`;
      const reports = `${esc}[?1000l${esc}[?1002l${esc}[?1003l${esc}[?1006l${esc}[?1004l${esc}[?2031l`;
      // Cleared only where it was set: terminals that do not know it may show it as a notification.
      const progress = showsProgress ? `${esc}]9;4;0\u0007` : '';
      showsProgress = false;
      const drawing = `${esc}[?2026l${esc}[0m${esc}[?7h${esc}[?1049l${esc}[?25h`;
      const titleRestored = `${esc}[23;0t`;
      write(keys + reports + progress + drawing + titleRestored);
    },

    enableKitty() {
      if (speaksKitty) return;
      speaksKitty = true;
      if (isInside) write(pushKitty);
    },

    writeControl(sequence) {
      if (!isInside) return;
      if (sequence.startsWith(`${esc}]9;4;`)) showsProgress = !sequence.startsWith(`${esc}]9;4;0`);
      write(sequence);
    },
  };
}
