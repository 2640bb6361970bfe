/**
 * Owns how panels look, wherever they are: a style sheet that every content security policy lets through. Their ground and the
 * soft text on it are their own; the other colours are those of the place: --text, --line, --hover, --accent and --ground.
 */

import { fieldStyle } from "./field-style.ts";

export const panelStyle: string = `
.scene-panels {
  /* Text is read here, whatever the picture behind; and rows go under a head that stays. */
  --panel-ground: #17191e;
  --text-soft: #b2b8c2;
  display: flex;
  flex-direction: column;
  overflow-y: auto;
  border-radius: 16px;
  background: var(--panel-ground);
  color: var(--text);
  font-size: 13px;
  overscroll-behavior: contain;
  scrollbar-color: var(--line) transparent;
  scrollbar-width: thin;
}
@media (prefers-color-scheme: light) {
  .scene-panels {
    --panel-ground: #f5f6f8;
    --text-soft: #4a515c;
  }
}
/* All folded: a button. */
.scene-panels:not(:has(> .panel:not([hidden])[open])) {
  width: auto;
}
.scene-panels > * {
  flex: none;
}
.scene-panels > .panel:not(:first-child) {
  border-top: 1px solid var(--line);
}
.scene-panels > .panel > summary {
  min-height: 42px;
  padding: 0 12px;
  font-size: 14px;
}
.scene-panels > .panel[open] > summary {
  position: sticky;
  z-index: 1;
  top: 0;
  background: var(--panel-ground);
}
.scene-panels:not(:has(> .panel:not([hidden])[open])) > .panel-why {
  display: none;
}
.panel .icon {
  width: 16px;
  height: 16px;
  flex: none;
  fill: none;
  stroke: currentColor;
  stroke-width: 1.7;
  stroke-linecap: round;
  stroke-linejoin: round;
}
.panel summary {
  display: flex;
  align-items: center;
  gap: 8px;
  min-height: 36px;
  padding: 0 10px;
  list-style: none;
  cursor: pointer;
  -webkit-tap-highlight-color: transparent;
}
.panel summary::-webkit-details-marker {
  display: none;
}
.panel summary:focus-visible {
  border-radius: 10px;
  outline-offset: -3px;
}
.panel summary .icon {
  color: var(--text-soft);
}
.panel-title {
  flex: 1;
  min-width: 0;
  overflow: hidden;
  font-weight: 600;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.chevron {
  transition: rotate 140ms ease;
}
.panel[open] > summary > .chevron {
  rotate: 90deg;
}
@media (hover: hover) {
  .panel summary:hover .icon {
    color: var(--text);
  }
}
.panel-content {
  padding: 2px 12px 10px;
}
/* A folder in a panel. */
.panel .panel {
  margin: 4px -4px 0;
  border-radius: 10px;
  background: var(--hover);
}
.panel .panel .panel-content {
  padding: 0 10px 8px;
}
.panel .panel .panel .panel {
  margin: 4px 0 0;
}
.panel-why {
  padding: 8px 12px 10px;
  border-top: 1px solid var(--line);
  color: var(--text-soft);
  font-size: 12px;
}
@media (pointer: coarse) {
  .panel summary {
    min-height: 44px;
  }
}
@media (forced-colors: active) {
  .scene-panels {
    border: 1px solid CanvasText;
  }
}
${fieldStyle}`;
