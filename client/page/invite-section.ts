/** Owns inviting others, in the people panel: makes links, copies them, lists and revokes them. For those who may. */

import { type AccessLink, roles, type Viewer } from "../index.ts";
import { roleWords } from "./control-rules.ts";
import { copyText } from "./copy-text.ts";
import { find, make, makeButton } from "./elements.ts";

export class InviteSection {
  readonly #viewer: Viewer;
  readonly #section = find("invite-section", HTMLElement);
  readonly #role = find("invite-role", HTMLSelectElement);
  readonly #expiry = find("invite-expiry", HTMLSelectElement);
  readonly #data = find("invite-data", HTMLInputElement);
  readonly #button = find("invite-button", HTMLButtonElement);
  readonly #answer = find("invite-answer", HTMLElement);
  readonly #link = find("invite-link", HTMLInputElement);
  readonly #list = find("invite-list", HTMLElement);

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
    // A host may in any case.
    const dataRow = find("invite-data-row", HTMLElement);
    this.#role.addEventListener("change", () => {
      dataRow.hidden = this.#role.value === "host";
    });
    this.#button.addEventListener("click", () => void this.#invite());
    this.#link.addEventListener("focus", () => this.#link.select());
  }

  update(): void {
    this.#section.hidden = !this.#viewer.links.canCreate;
  }

  /** The panel was opened: others may have made links meanwhile. */
  async refresh(): Promise<void> {
    if (!this.#viewer.links.canCreate) return;
    await this.#try(async () => {
      const links = (await this.#viewer.links.list()).filter(({ isRevoked }) => !isRevoked);
      this.#list.replaceChildren(...links.reverse().map((link) => this.#makeRow(link)));
    });
  }

  async #invite(): Promise<void> {
    // A button that is disabled would lose the focus.
    if (this.#button.ariaBusy === "true") return;
    this.#button.ariaBusy = "true";
    await this.#try(async () => {
      const role = roles.find((role) => role === this.#role.value) ?? "viewer";
      const expiresSeconds = Number(this.#expiry.value);
      const { link } = await this.#viewer.links.create({ role, expiresSeconds, data: this.#data.checked });
      const isCopied = await copyText(link);
      this.#link.value = link;
      this.#link.hidden = isCopied;
      this.#answer.textContent = isCopied ? "Link copied. Anyone who has it can use it." : "Copy this link:";
      await this.refresh();
    });
    this.#button.ariaBusy = "false";
  }

  #makeRow(link: AccessLink): HTMLElement {
    const allowed = link.data && link.role !== "host" ? `${roleWords[link.role]}, fills data` : roleWords[link.role];
    const words = make("span", "invite-words", allowed, make("span", "person-detail", endWords(link)));
    const revoke = makeButton("small-action quiet", "Revoke", () => void this.#revoke(link));
    revoke.ariaLabel = `Revoke the link: ${allowed}, ${endWords(link)}`;
    return make("li", "invite-row", words, revoke);
  }

  async #revoke({ id }: AccessLink): Promise<void> {
    await this.#try(async () => {
      await this.#viewer.links.revoke(id);
      this.#answer.textContent = "Link revoked. Everyone who joined with it was removed.";
      await this.refresh();
    });
  }

  async #try(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#answer.textContent = error instanceof Error ? error.message : String(error);
    }
  }
}

function endWords({ expiresAt }: AccessLink): string {
  const end = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(expiresAt);
  return `until ${end}`;
}
