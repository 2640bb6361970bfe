/** Owns how the handles look with which a studio is arranged: a style sheet that every content security policy lets through. */

export const arrangeStyle: string = `
.arrange {
  position: absolute;
  z-index: 4;
  inset: 0;
  overflow: hidden;
  touch-action: none;
  user-select: none;
}
.arrange-view {
  position: absolute;
  outline: 1px solid rgb(255 255 255 / 40%);
}
.arrange-item {
  position: absolute;
  box-sizing: border-box;
  outline: 1px dashed rgb(255 255 255 / 70%);
  cursor: move;
}
.arrange-item:hover,
.arrange-item:focus-visible {
  outline: 2px solid rgb(255 255 255 / 90%);
}
.arrange-item[data-selected] {
  z-index: 1;
  outline: 2px solid var(--accent, #6aa7ff);
}
.arrange-item[data-hidden] {
  background: repeating-linear-gradient(45deg, rgb(0 0 0 / 45%) 0 8px, rgb(60 60 60 / 45%) 8px 16px);
}
/* Over its box, so that it hides nothing of it; inside where there is no room above. */
.arrange-name {
  position: absolute;
  bottom: calc(100% + 4px);
  left: 0;
  max-width: 24ch;
  overflow: hidden;
  padding: 1px 6px;
  border-radius: 6px;
  background: rgb(0 0 0 / 65%);
  color: #fff;
  font-size: 12px;
  text-overflow: ellipsis;
  white-space: nowrap;
  pointer-events: none;
}
.arrange-item[data-selected] > .arrange-name {
  bottom: calc(100% + 10px);
}
.arrange-item[data-high] > .arrange-name {
  top: 4px;
  bottom: auto;
  left: 4px;
}
.arrange-grip {
  position: absolute;
  display: none;
  width: 14px;
  height: 14px;
  margin: -7px 0 0 -7px;
  border: 2px solid var(--accent, #6aa7ff);
  border-radius: 4px;
  background: #fff;
}
/* A finger needs more room than the eye. */
.arrange-grip::after {
  content: "";
  position: absolute;
  inset: -10px;
}
@media (pointer: coarse) {
  .arrange-grip::after {
    inset: -15px;
  }
}
.arrange-item[data-selected] > .arrange-grip {
  display: block;
}
.arrange-line {
  position: absolute;
  z-index: 2;
  background: #ff4d9d;
  pointer-events: none;
}
.arrange-bar {
  position: absolute;
  z-index: 3;
  top: 12px;
  left: 50%;
  display: flex;
  gap: 4px;
  align-items: center;
  max-width: calc(100% - 24px);
  padding: 4px 8px;
  border-radius: 12px;
  transform: translateX(-50%);
}
.arrange-bar > span {
  min-width: 0;
  overflow: hidden;
  max-width: 24ch;
  padding: 0 6px;
  font-size: 13px;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.arrange-bar > button {
  flex: none;
  min-height: 32px;
  padding: 0 10px;
  border: 0;
  border-radius: 8px;
  background: none;
  color: inherit;
  font: inherit;
  font-size: 13px;
  cursor: pointer;
}
@media (pointer: coarse) {
  .arrange-bar {
    gap: 0;
  }
  .arrange-bar > button {
    min-height: 44px;
    min-width: 44px;
    padding: 0 8px;
  }
}
.arrange-bar > button:disabled {
  opacity: 45%;
  cursor: default;
}
.arrange-bar > button:hover:enabled {
  background: var(--hover);
}
`;
