/** Owns how the controls in panels look, and switches wherever they are. */

export const fieldStyle: string = `
.panel-row {
  display: flex;
  align-items: center;
  gap: 10px;
  min-height: 34px;
}
.panel-label {
  flex: 0 0 39%;
  overflow: hidden;
  color: var(--text-soft);
  line-height: 1.25;
  overflow-wrap: anywhere;
}
.panel-row[data-kind="switch"] .panel-label {
  flex: 1;
}
.switch {
  position: relative;
  width: 36px;
  height: 20px;
  flex: none;
  margin: 0;
  border-radius: 10px;
  background: color-mix(in srgb, var(--text) 26%, transparent);
  -webkit-appearance: none;
  appearance: none;
  cursor: pointer;
  transition: background 140ms ease;
}
.switch::before {
  content: "";
  position: absolute;
  top: 2px;
  left: 2px;
  width: 16px;
  height: 16px;
  border-radius: 50%;
  background: #fff;
  box-shadow: 0 1px 2px rgb(0 0 0 / 30%);
  transition: translate 140ms ease;
}
.switch:checked {
  background: var(--accent);
}
.switch:checked::before {
  translate: 16px;
}
.panel-number,
.panel-choice,
.panel-text {
  width: 0;
  min-width: 0;
  min-height: 28px;
  flex: 1;
  padding: 0 8px;
  border: 1px solid var(--line);
  border-radius: 8px;
  background: var(--hover);
  color: inherit;
  font: inherit;
  -webkit-user-select: text;
  user-select: text;
}
.panel-choice {
  padding: 0 4px;
}
.panel-choice option {
  background: var(--ground);
  color: var(--text);
}
.panel-number {
  font-variant-numeric: tabular-nums;
  -webkit-appearance: textfield;
  appearance: textfield;
}
.panel-number::-webkit-inner-spin-button {
  -webkit-appearance: none;
}
[data-kind="range"] .panel-number {
  flex: 0 0 58px;
  padding: 0 4px;
  text-align: center;
}
.panel-slider {
  width: 0;
  min-width: 0;
  height: 28px;
  flex: 1;
  margin: 0;
  background: none;
  -webkit-appearance: none;
  appearance: none;
  cursor: pointer;
  touch-action: pan-y;
}
.panel-slider::-webkit-slider-runnable-track {
  height: 4px;
  border-radius: 2px;
  background: linear-gradient(
    to right,
    var(--accent) var(--fill, 0%),
    color-mix(in srgb, var(--text) 22%, transparent) var(--fill, 0%)
  );
}
.panel-slider::-webkit-slider-thumb {
  width: 16px;
  height: 16px;
  margin-top: -6px;
  border: 0;
  border-radius: 50%;
  background: #fff;
  box-shadow: 0 1px 3px rgb(0 0 0 / 45%);
  -webkit-appearance: none;
}
.panel-slider::-moz-range-track {
  height: 4px;
  border-radius: 2px;
  background: color-mix(in srgb, var(--text) 22%, transparent);
}
.panel-slider::-moz-range-progress {
  height: 4px;
  border-radius: 2px;
  background: var(--accent);
}
.panel-slider::-moz-range-thumb {
  width: 16px;
  height: 16px;
  border: 0;
  border-radius: 50%;
  background: #fff;
  box-shadow: 0 1px 3px rgb(0 0 0 / 45%);
}
.panel-slider:focus-visible {
  border-radius: 8px;
}
.panel-color {
  width: 0;
  min-width: 0;
  height: 28px;
  flex: 1;
  padding: 0;
  border: 1px solid var(--line);
  border-radius: 8px;
  background: none;
  -webkit-appearance: none;
  appearance: none;
  overflow: hidden;
  cursor: pointer;
}
.panel-color::-webkit-color-swatch-wrapper {
  padding: 0;
}
.panel-color::-webkit-color-swatch,
.panel-color::-moz-color-swatch {
  border: 0;
}
.panel-button {
  width: 100%;
  min-height: 30px;
  padding: 0 12px;
  border: 0;
  border-radius: 9px;
  background: color-mix(in srgb, var(--text) 14%, transparent);
  color: inherit;
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
@media (hover: hover) {
  .panel-button:hover:enabled {
    background: color-mix(in srgb, var(--text) 22%, transparent);
  }
}
/* Live, though not to be touched: what it shows stays readable. */
.panel-row :disabled {
  color: inherit;
  opacity: 1;
  cursor: default;
}
.panel-slider:disabled::-webkit-slider-thumb {
  background: var(--text-soft);
}
.panel-slider:disabled::-moz-range-thumb {
  background: var(--text-soft);
}
.panel-slider:disabled::-webkit-slider-runnable-track {
  filter: saturate(0.25);
}
.panel-row .switch:disabled {
  filter: saturate(0.25);
}
.panel-row .panel-button:disabled {
  background: var(--hover);
  color: var(--text-soft);
}
@media (pointer: coarse) {
  .panel-row {
    min-height: 48px;
  }
  .panel-number,
  .panel-choice,
  .panel-text,
  .panel-color,
  .panel-button,
  .panel-slider {
    min-height: 40px;
  }
  .panel-number,
  .panel-choice,
  .panel-text {
    /* Smaller ones make iOS zoom in. */
    font-size: 16px;
  }
  .panel-slider::-webkit-slider-thumb {
    width: 24px;
    height: 24px;
    margin-top: -10px;
  }
  .panel-slider::-moz-range-thumb {
    width: 24px;
    height: 24px;
  }
  /* The finger meets more than is seen. */
  .panel-row .switch::after {
    content: "";
    position: absolute;
    inset: -12px -8px;
  }
}
@media (forced-colors: active) {
  /* Backgrounds say nothing then. The check box is the system's own, which shows whether it is on. */
  .switch {
    width: 18px;
    height: 18px;
    -webkit-appearance: auto;
    appearance: auto;
  }
  .switch::before {
    display: none;
  }
  .panel-button {
    border: 1px solid ButtonText;
  }
  .panel-color,
  .panel-slider {
    forced-color-adjust: none;
  }
  .panel-slider {
    --accent: Highlight;
    --text: CanvasText;
  }
  .panel-slider:focus-visible {
    outline-color: Highlight;
  }
  .panel-slider::-webkit-slider-thumb {
    background: CanvasText;
  }
  .panel-slider::-moz-range-thumb {
    background: CanvasText;
  }
}
`;
