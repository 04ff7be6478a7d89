/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DFH_APP_VERSION_H
#define DFH_APP_VERSION_H

#define DFHARDEN_VERSION "0.1.0"

#endif
