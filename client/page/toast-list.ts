/** Owns which toasts there are: a few at most, each key once. Pure. */

export type ToastAction = { readonly label: string; readonly act: () => void };

export type Toast = {
  /** One with the same key takes its place. */
  readonly key: string;
  readonly text: string;
  readonly actions?: readonly ToastAction[];
  /** Stays until it is taken back or answered. */
  readonly stays?: boolean;
};

export const MAX_TOASTS = 3;

/** The toasts with one more, the newest last. Where there are too many, the oldest that asks nothing goes first. */
export function withToast(toasts: readonly Toast[], toast: Toast): readonly Toast[] {
  const index = toasts.findIndex(({ key }) => key === toast.key);
  if (index >= 0) return toasts.with(index, toast);
  const all = [...toasts, toast];
  if (all.length <= MAX_TOASTS) return all;
  const leaving = all.find(({ stays, key }) => stays !== true && key !== toast.key) ?? all[0];
  return all.filter((other) => other !== leaving);
}

export function withoutToast(toasts: readonly Toast[], key: string): readonly Toast[] {
  return toasts.filter((toast) => toast.key !== key);
}
