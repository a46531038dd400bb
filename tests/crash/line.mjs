// How a client holds its socket. A client whose socket gets what it missed (?resume=1) plugs in here: another object
// with these two functions, given to World.make.
export const reconnecting = {
  // Opens a socket for the first time, or again after the host is back.
  connect: (player) => player.connect(),
  // Whether the host has kept the player's matches over the time without a socket. If not, the client joins again.
  keepsMatches: () => false,
};
