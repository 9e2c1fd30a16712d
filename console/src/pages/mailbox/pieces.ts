export interface Piece {
  key: number;
  piece: string;
  isLink: boolean;
}

/** Plain text, with its web addresses apart: they are what an e-mail is read for. */
export function pieces(text: string): Piece[] {
  return text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((piece, key) => ({ key, piece, isLink: key % 2 === 1 }))
    .filter(({ piece }) => piece !== "");
}
