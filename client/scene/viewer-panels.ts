/** Owns the contract of the scene's panels, as pages see them. `RemotePanels` keeps it. */

import type { PanelControl, PanelValue } from "../../shared/panels.ts";

/** A folder of controls with what is in it, in the order in which it is shown. */
export type PanelFolder = Extract<PanelControl, { readonly kind: "folder" }> & {
  readonly children: readonly PanelItem[];
};

/** A control, or a folder with more of them. */
export type PanelItem = Exclude<PanelControl, { readonly kind: "folder" }> | PanelFolder;

/** The controls that the scene offers. `panelsChanged` of the viewer tells that they changed. */
export type ViewerPanels = {
  /** The panels of the scene as they are now; each is a folder. */
  readonly all: readonly PanelFolder[];
  /** The control with this id, without what is in it; null where there is none. */
  find(id: string): PanelControl | null;
  /**
   * Sets a control, for whoever has control: it is as the scene has it until the server says so. `last` is false while it is
   * dragged on: such values go at most 30 times a second, the last one in any case. Throws `TypeError` where there is no
   * such control or the value does not fit it.
   */
  set(id: string, value: PanelValue, last?: boolean): void;
  /**
   * Sets several by their ids, such as `{ "/scene/speed": 2, "/scene/reset": true }`; `true` presses a button. Throws `TypeError`
   * naming the control and the rule where one does not fit; then none is set.
   */
  setAll(values: Readonly<Record<string, boolean | number | string>>): void;
  /** Presses a button. Throws `TypeError` where there is none with this id. */
  press(id: string): void;
};
