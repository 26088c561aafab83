"""E-licences (电子证照): issued on grant, shown in a wallet, verified online and offline, used again as material."""
