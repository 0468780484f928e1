/**
 * A live picture of one object and of what belongs to it, made of several kinds: what Enter opens in place of the object's
 * page, and what stands beside a run that changes the object. A view names one, and any run on its kind has it.
 */
import type {PaneLine} from '../ui/text-pane-state.ts';
import type {Related, RelatedRun, Seen} from './define-view.ts';
import type {LineMaker} from './plan-lines.ts';
import type {PodChosen} from './pod-bindings.ts';

export type PictureTarget = {readonly namespace: string; readonly name: string};

export type Picture = {
  /** For the crumbs: `members`. */
  readonly name: string;
  /** What is watched while it is shown. */
  sources(target: PictureTarget): readonly Related[];
  /** Whose records it needs. */
  runs?(target: PictureTarget): readonly RelatedRun[];
  /** Anew for each screen, so that it may follow what changes over time. */
  start(target: PictureTarget): PictureDrawing;
};

export type PictureDrawing = {
  /** After every change of what is watched, drawn or not. The pods in it, in their order: one of them is at hand for a shell or its log. */
  take(seen: Seen): readonly PodChosen[];
  draw(seen: Seen, maker: LineMaker, atHand: PodChosen | undefined): readonly PaneLine[];
};
