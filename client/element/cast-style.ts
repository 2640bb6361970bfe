/** Owns how `<scene-cast>` looks: a style sheet that all of them share, which every content security policy lets through. */

import { adopt } from "../panels/adopt.ts";

const text = `
:host {
  contain: content;
  display: block;
  min-height: 0;
  background: var(--scene-cast-background, #0d0e11);
  color: #eef0f3;
  font: 14px / 1.45 system-ui, sans-serif;
}
:host([hidden]), [hidden] {
  display: none !important;
}
/* Where nothing gives it a height, it has that of most screens. By an aspect-ratio a height that is given would make it wider. */
:host::before {
  content: "";
  display: block;
  padding-top: 56.25%;
}
[part="picture"] {
  position: absolute;
  inset: 0;
}
[part="picture"][data-dimmed] {
  filter: brightness(0.5) saturate(0.7);
}
[part="picture"] > :focus-visible {
  outline: 2px solid #8ab4ff;
  outline-offset: -2px;
}
.cover {
  position: absolute;
  inset: 0;
  display: grid;
  place-items: center;
  padding: 12px;
  pointer-events: none;
}
[part="status"] {
  box-sizing: border-box;
  max-width: 360px;
  padding: 14px 18px;
  border: 1px solid rgb(255 255 255 / 10%);
  border-radius: 14px;
  background: rgb(18 20 24 / 88%);
  overflow-wrap: anywhere;
  pointer-events: auto;
}
[part="status"] p {
  margin: 0;
}
.title {
  font-weight: 600;
}
.detail {
  color: #b3b9c4;
}
.cover form {
  display: flex;
  gap: 8px;
  margin-top: 10px;
}
.cover input {
  flex: 1;
  min-width: 0;
}
.cover :is(input, button) {
  box-sizing: border-box;
  min-height: 36px;
  padding: 0 12px;
  border: 1px solid rgb(255 255 255 / 22%);
  border-radius: 9px;
  background: rgb(255 255 255 / 8%);
  color: inherit;
  font: inherit;
}
.cover button {
  cursor: pointer;
}
.cover button:hover {
  background: rgb(255 255 255 / 16%);
}
[part="action"] {
  margin-top: 10px;
}
.cover :is(input, button):focus-visible {
  outline: 2px solid #8ab4ff;
  outline-offset: 2px;
}
@media (pointer: coarse) {
  .cover :is(input, button) {
    min-height: 44px;
  }
}
`;

export function styleCast(root: ShadowRoot): void {
  adopt(root, text);
}
