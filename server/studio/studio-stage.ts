/**
 * Owns the way of a view into the frame ring, in the render thread of a studio.
 *
 * US1 A picture that looks like the one before, to the last bit, goes no further and counts as rest.
 * US2 Where a layout has another size the encoders are made ready for it first; until then the view has the size of before.
 */

import { isSameSize, type PictureSize } from "../../shared/video.ts";
import type { FrameRingWriter, FrameSlot } from "../frames/frame-ring.ts";
import type { Clock } from "../platform/clock.ts";
import { trace } from "../platform/trace.ts";
import type { FrameWork } from "../render/frame-loop.ts";
import { FrameTimes, type Times } from "../render/frame-times.ts";
import type { FromRenderThread } from "../render/render-protocol.ts";
import { Compositor } from "./compositor.ts";
import type { Layout } from "./layout.ts";
import type { StudioView } from "./studio-view.ts";

export type StudioStageOptions = {
  readonly ring: FrameRingWriter;
  readonly size: PictureSize;
  readonly layout: Layout;
  readonly view: StudioView;
  readonly clock: Clock;
  readonly post: (message: FromRenderThread) => void;
};

export class StudioStage {
  readonly #options: StudioStageOptions;
  #layout: Layout;
  #compositor: Compositor;
  #met: PictureSize;
  #number = 0;
  /** What the next picture is compared with: memory of the ring, which is not written before it has been. */
  #last: FrameSlot["rgba"] | null = null;
  readonly #times = new FrameTimes();

  constructor(options: StudioStageOptions) {
    const { layout, size, view } = options;
    this.#options = options;
    this.#layout = layout;
    this.#met = size;
    this.#compositor = new Compositor(size, layout.background);
    view.setLayout(layout);
  }

  /** What is done in a frame. Sources are looked at in each, so there is always another. */
  readonly work: FrameWork = {
    handleInputs: () => false,
    draw: async () => ({ wantsNext: true, isNew: this.#draw() }),
    refine: async () => {
      this.#options.post({ kind: "resting", frame: this.#number + 1 });
      this.#publish(this.#options.clock.now(), true);
      return false;
    },
  };

  /** Puts the first picture into the ring, and asks for the layout's size. */
  begin(): void {
    this.#draw();
    this.#meet();
  }

  /** The view looks so from now on. */
  setLayout(layout: Layout): void {
    const before = this.#layout;
    this.#layout = layout;
    for (const box of this.#options.view.setLayout(layout)) this.#compositor.touch(box);
    if (before.background !== layout.background) this.#renew();
    this.#meet();
  }

  /** The pictures have this size from now on. */
  resize(size: PictureSize): void {
    const { ring } = this.#options;
    this.#met = size;
    ring.resize(size);
    ring.retire();
    this.#last = null;
    this.#compositor = new Compositor(size, this.#layout.background);
    this.#meet();
  }

  /** The next picture is published whatever it looks like. */
  forget(): void {
    this.#last = null;
  }

  takeTimes(): Times {
    return this.#times.take();
  }

  /** Returns whether a picture was published. */
  #draw(): boolean {
    const { view, clock } = this.#options;
    const begun = clock.now();
    for (const box of view.update(begun)) this.#compositor.touch(box);
    const isNew = this.#compositor.compose(view.drawings);
    if (!isNew && this.#last !== null) return false;
    return this.#publish(begun, false);
  }

  /** US1 */
  #publish(begun: ReturnType<Clock["now"]>, atRest: boolean): boolean {
    const { ring, clock } = this.#options;
    const composed = clock.now();
    const { bytes } = this.#compositor;
    const isSame = !atRest && this.#last !== null && Buffer.compare(bytes, this.#last) === 0;
    if (isSame) return false;
    const { rgba } = ring.begin();
    rgba.set(bytes);
    this.#number += 1;
    this.#last = rgba;
    const [renderMs, readbackMs] = [composed - begun, clock.now() - composed];
    this.#times.count();
    this.#times.note(renderMs, readbackMs);
    const description = { number: this.#number, renderedAt: begun, renderMs, readbackMs, atRest };
    ring.publish(description, { rgba: true, i420: false, isTopDown: true });
    trace.span("read", composed, composed + readbackMs, this.#number);
    return true;
  }

  #renew(): void {
    this.#compositor = new Compositor(this.#compositor.size, this.#layout.background);
  }

  /** US2 */
  #meet(): void {
    const { width, height } = this.#layout;
    if (isSameSize({ width, height }, this.#met)) return;
    this.#met = { width, height };
    this.#options.post({ kind: "size-met", size: this.#met });
  }
}
